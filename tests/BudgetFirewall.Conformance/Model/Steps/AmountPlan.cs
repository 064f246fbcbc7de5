namespace BudgetFirewall.Conformance;

/// <summary>What a request says it costs.</summary>
internal enum AmountPlan
{
    /// <summary>The value that was drawn.</summary>
    Cost,

    /// <summary>Exactly what remains in the fullest hard budget.</summary>
    ExactFit,

    /// <summary>A nano more than remains.</summary>
    OneNanoTooMuch,

    /// <summary>Nothing: the price follows from the usage, or is unknown without one.</summary>
    Unsaid,
}
