namespace BudgetFirewall;

/// <summary>What an error of the server or the connection means for a call.</summary>
internal enum FaultKind
{
    /// <summary>The server does not know the script yet; not executed.</summary>
    ScriptMissing,

    /// <summary>The key is on its way to another server; not executed.</summary>
    Moving,

    /// <summary>The server is a replica by now; not executed.</summary>
    ReadOnly,

    /// <summary>The server cannot at the moment; not executed.</summary>
    Unavailable,

    /// <summary>The server will not, and repeating does not help; not executed.</summary>
    Refused,

    /// <summary>Set-up or data are wrong; not executed, and never let through.</summary>
    Misconfigured,

    /// <summary>There was no connection to send anything over.</summary>
    NotSent,

    /// <summary>Sent, and no answer: it may have been executed.</summary>
    Unknown,
}
