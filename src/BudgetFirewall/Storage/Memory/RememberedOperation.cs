namespace BudgetFirewall.Storage;

/// <summary>An operation that was done and is remembered for a time.</summary>
internal abstract class RememberedOperation
{
    /// <summary>The time from which the record may be forgotten, in UTC ticks.</summary>
    public long DropAtTicks { get; set; }

    /// <summary>True once the record was found to be past its time. A clock that is set back does not bring it back.</summary>
    public bool IsForgotten { get; set; }
}
