namespace BudgetFirewall.Http.Tests;

/// <summary>A stream of three bytes that cannot be closed without an exception.</summary>
internal sealed class ClumsyStream() : MemoryStream([1, 2, 3])
{
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        throw new IOException("The connection was lost while it was closed.");
    }
}
