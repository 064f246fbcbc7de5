namespace BudgetFirewall.Testing;

/// <summary>Assertions about what a program has asked of a <see cref="FakeBudgetFirewall"/>, for any test framework.</summary>
public static class FakeBudgetAssertions
{
    /// <summary>Asserts what was charged in all, by spends, charges and commits; replays do not count.</summary>
    /// <param name="firewall">The fake.</param>
    /// <param name="total">What must have been charged, in currency units.</param>
    /// <exception cref="ArgumentNullException"><paramref name="firewall"/> is null.</exception>
    /// <exception cref="BudgetAssertionException">Something else was charged.</exception>
    public static void AssertCharged(this FakeBudgetFirewall firewall, decimal total)
    {
        ArgumentNullException.ThrowIfNull(firewall);
        if (firewall.Charged != total)
            throw new BudgetAssertionException(BudgetAssertions.Text($"Expected {total} to be charged, found {firewall.Charged}.") + Calls(firewall));
    }

    /// <summary>Asserts how often something was called.</summary>
    /// <param name="firewall">The fake.</param>
    /// <param name="kind">What was called.</param>
    /// <param name="times">How often.</param>
    /// <exception cref="ArgumentNullException"><paramref name="firewall"/> is null.</exception>
    /// <exception cref="BudgetAssertionException">It was called more or less often.</exception>
    public static void AssertCalled(this FakeBudgetFirewall firewall, FirewallCallKind kind, int times = 1)
    {
        ArgumentNullException.ThrowIfNull(firewall);
        var found = firewall.Calls.Count(call => call.Kind == kind);
        if (found != times)
            throw new BudgetAssertionException(BudgetAssertions.Text($"Expected {times} × {kind}, found {found}.") + Calls(firewall));
    }

    /// <summary>Asserts that every reservation that was granted has been committed or released.</summary>
    /// <param name="firewall">The fake.</param>
    /// <exception cref="ArgumentNullException"><paramref name="firewall"/> is null.</exception>
    /// <exception cref="BudgetAssertionException">A reservation is open.</exception>
    public static void AssertNothingHeld(this FakeBudgetFirewall firewall)
    {
        ArgumentNullException.ThrowIfNull(firewall);
        if (firewall.OpenReservations is { Count: > 0 } open)
            throw new BudgetAssertionException($"Expected every reservation to be committed or released, but these are open: {string.Join(", ", open)}.{Calls(firewall)}");
    }

    private static string Calls(FakeBudgetFirewall firewall) =>
        firewall.Calls is { Count: > 0 } calls ? $"\nThe calls were:\n  {string.Join("\n  ", calls)}" : "\nThere were no calls.";
}
