namespace BudgetFirewall;

/// <summary>The reasons why an adaptive rate limit was lowered, or pauses.</summary>
public enum AdaptationCause
{
    /// <summary>The provider refused because of too much load, as with the status 429 or 503.</summary>
    Overloaded,

    /// <summary>The provider has said that nothing of one of its limits is left, or when it wants to be asked again.</summary>
    Exhausted,
}
