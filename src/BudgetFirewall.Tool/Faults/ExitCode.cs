namespace BudgetFirewall.Tool;

/// <summary>The codes that the command ends with, as <c>docs/command-line.md</c> lists them. Scripts rely on the numbers.</summary>
internal enum ExitCode
{
    /// <summary>What was asked for is done.</summary>
    Done = 0,

    /// <summary>The answer is no: something differs, was found wrong, is not there, or was refused.</summary>
    No = 1,

    /// <summary>The command line, a file or a value cannot be used.</summary>
    BadInput = 2,

    /// <summary>The service, Redis or the database does not answer.</summary>
    NotReachable = 3,

    /// <summary>The service does not let the caller do this.</summary>
    NotAllowed = 4,

    /// <summary>What was named cannot do this.</summary>
    NotSupported = 5,

    /// <summary>The change may or may not have happened; it is to be repeated.</summary>
    Unconfirmed = 6,

    /// <summary>Something went wrong that this version does not expect.</summary>
    Unexpected = 70,

    /// <summary>The command was stopped.</summary>
    Stopped = 130,
}
