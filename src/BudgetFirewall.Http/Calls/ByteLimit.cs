namespace BudgetFirewall;

internal static class ByteLimit
{
    private const int Max = 1 << 30;

    public static int Check(int value, string member) => value is >= 0 and <= Max
        ? value
        : throw new ArgumentOutOfRangeException(member, value, $"{member} must be from 0 to 1,073,741,824.");
}
