namespace BudgetFirewall;

/// <summary>The meaning of an error of the server or the connection for a call.</summary>
internal enum FaultKind
{
    /// <summary>The server does not know the script yet; not executed.</summary>
    ScriptMissing,

    /// <summary>The key is being moved to another server; not executed.</summary>
    Moving,

    /// <summary>The server is a replica by now; not executed.</summary>
    ReadOnly,

    /// <summary>The server cannot run the call at the moment; not executed.</summary>
    Unavailable,

    /// <summary>The server or the client refuses the call, and repeating does not help; not executed.</summary>
    Refused,

    /// <summary>The set-up or the data are wrong; not executed, and no failure mode lets the request through.</summary>
    Misconfigured,

    /// <summary>There was no connection to send anything over.</summary>
    NotSent,

    /// <summary>The call was sent and not answered: it may have been executed.</summary>
    Unknown,
}
