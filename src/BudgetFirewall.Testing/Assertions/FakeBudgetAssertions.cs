namespace BudgetFirewall.Testing;

/// <summary>Assertions about the calls that a program has made to a <see cref="FakeBudgetFirewall"/>, for any test framework.</summary>
public static class FakeBudgetAssertions
{
    /// <summary>Asserts the total that spends, charges and commits have charged; replays do not count.</summary>
    /// <param name="firewall">The fake.</param>
    /// <param name="total">The amount that must have been charged, in currency units.</param>
    /// <exception cref="ArgumentNullException"><paramref name="firewall"/> is null.</exception>
    /// <exception cref="BudgetAssertionException">Something else was charged.</exception>
    public static void AssertCharged(this FakeBudgetFirewall firewall, decimal total)
    {
        ArgumentNullException.ThrowIfNull(firewall);
        if (firewall.Charged != total)
            throw new BudgetAssertionException(BudgetAssertions.Text($"Expected {total} to be charged, found {firewall.Charged}.") + Calls(firewall));
    }

    /// <summary>Asserts the number of calls of a kind.</summary>
    /// <param name="firewall">The fake.</param>
    /// <param name="kind">The kind of call.</param>
    /// <param name="times">The number of calls that must have been made.</param>
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
