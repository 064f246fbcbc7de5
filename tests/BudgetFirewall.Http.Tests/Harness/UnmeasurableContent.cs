using System.Net;

namespace BudgetFirewall.Http.Tests;

/// <summary>A content whose length cannot be asked for without an exception.</summary>
internal sealed class UnmeasurableContent : HttpContent
{
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => Task.CompletedTask;

    protected override bool TryComputeLength(out long length) => throw new IOException("The file is gone.");
}
