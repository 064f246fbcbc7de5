namespace BudgetFirewall;

/// <summary>How far a guarded request has come, as far as that can be seen.</summary>
internal enum HandlerProgress
{
    /// <summary>Nobody watches: whatever answered may have been paid for.</summary>
    Unwatched,

    /// <summary>The endpoint is watched and has not begun: something in front of it is at work.</summary>
    Waiting,

    /// <summary>The endpoint has begun, to read what its handler takes.</summary>
    Begun,

    /// <summary>The handler, or a filter of the application's, runs or has run.</summary>
    Reached,
}
