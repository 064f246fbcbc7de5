namespace BudgetFirewall;

/// <summary>The states of a delivery. The numbers are written to databases and never change.</summary>
public enum EventDeliveryState
{
    /// <summary>It waits for its first attempt, or for another one.</summary>
    Pending = 0,

    /// <summary>The receiver has it.</summary>
    Delivered = 1,

    /// <summary>It was given up, after 24 hours or because the receiver wants no deliveries any more.</summary>
    GivenUp = 2,
}
