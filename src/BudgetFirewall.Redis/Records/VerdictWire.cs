namespace BudgetFirewall;

/// <summary>Verdicts as arguments and replies of scripts have them: the digit of their number, which a test holds equal to the scripts'.</summary>
internal static class VerdictWire
{
    public static char Of(Verdict verdict) => (char)('0' + (int)verdict);

    public static Verdict Read(byte digit)
    {
        var verdict = (Verdict)(digit - '0');
        return Enum.IsDefined(verdict) ? verdict : throw Replies.Unknown((char)digit);
    }
}
