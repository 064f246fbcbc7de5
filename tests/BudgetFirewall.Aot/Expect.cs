namespace BudgetFirewall.Aot;

internal static class Expect
{
    public static void Equal<T>(T expected, T actual, string what, List<string> failures)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual))
            failures.Add($"{what} is {actual} and must be {expected}.");
    }
}
