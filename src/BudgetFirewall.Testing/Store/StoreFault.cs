namespace BudgetFirewall.Testing;

/// <summary>The usual faults between a program and its store.</summary>
public static class StoreFault
{
    /// <summary>The store cannot be reached: nothing is done, and that is certain.</summary>
    public static IStoreFault NotReached { get; } = new RefusedCall("The store cannot be reached.", mayHaveHappened: false);

    /// <summary>The connection breaks before the call is done: nothing was done, but the caller cannot know that.</summary>
    public static IStoreFault ConnectionLost { get; } = new RefusedCall("The connection broke.");

    /// <summary>The call is done and its answer is lost: the caller cannot know that it was done.</summary>
    public static IStoreFault AnswerLost { get; } = new LostAnswer();

    /// <summary>The store is set up wrongly: a fault that lets no request through, whatever <see cref="BudgetFirewallOptions.FailureMode"/> says.</summary>
    public static IStoreFault Misconfigured { get; } = new RefusedCall("A permission is missing.", mayHaveHappened: false, isNeverAllowed: true);
}
