namespace BudgetFirewall.RealClients.Tests;

/// <summary>The ways in which the provider fails.</summary>
public enum Fault
{
    None,

    /// <summary>A 429 that asks to come back at once.</summary>
    TooManyRequests,

    /// <summary>A 500.</summary>
    ServerError,

    /// <summary>The connection is reset before anything is answered.</summary>
    Reset,

    /// <summary>The connection is reset when half of the answer has been sent.</summary>
    ResetHalfway,

    /// <summary>Nothing is answered, until the client gives up.</summary>
    Silence,

    /// <summary>A 200 whose body is none that the API has. The provider has done the work and bills it.</summary>
    Unreadable,
}
