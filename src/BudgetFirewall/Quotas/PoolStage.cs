namespace BudgetFirewall;

/// <summary>The stages of a division.</summary>
internal enum PoolStage
{
    /// <summary>The members' limits are what the state says.</summary>
    Divided,

    /// <summary>The limits that shrink are being lowered. All others are as they were.</summary>
    Lowering,

    /// <summary>The limits are being set to what the state says, which is known to be free.</summary>
    Raising,

    /// <summary>The pool is being deleted.</summary>
    Removing,
}
