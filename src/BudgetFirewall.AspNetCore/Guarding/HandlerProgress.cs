namespace BudgetFirewall;

/// <summary>The progress of a guarded request towards its handler, as far as it is known.</summary>
internal enum HandlerProgress
{
    /// <summary>The endpoint is not watched: the code that answered may have made a paid call.</summary>
    Unwatched,

    /// <summary>The endpoint is watched and has not begun: something in front of it is running.</summary>
    Waiting,

    /// <summary>The endpoint has begun, to read what its handler takes.</summary>
    Begun,

    /// <summary>The handler, or a filter of the application's, runs or has run.</summary>
    Reached,
}
