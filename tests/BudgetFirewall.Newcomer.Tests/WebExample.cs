using System.Diagnostics;

namespace BudgetFirewall.Newcomer.Tests;

/// <summary>An example that serves, as a process on a port of its own.</summary>
internal sealed class WebExample : IAsyncDisposable
{
    private const string Listening = "Now listening on: ";

    private readonly Process _process;

    private WebExample(Process process, string address)
    {
        _process = process;
        Address = address;
        Client = new() { BaseAddress = new(address) };
    }

    /// <summary>The address, without a slash at its end.</summary>
    public string Address { get; }

    public HttpClient Client { get; }

    public static async Task<WebExample> StartAsync(ProcessStartInfo start)
    {
        start.Environment["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
        var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var address = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        process.OutputDataReceived += (_, output) =>
        {
            if (output.Data is null)
                address.TrySetException(new InvalidOperationException($"The example has ended before it listened: {(errors.Wait(TimeSpan.FromSeconds(5)) ? errors.Result : "")}"));
            else if (output.Data.IndexOf(Listening, StringComparison.Ordinal) is >= 0 and var found)
                address.TrySetResult(output.Data[(found + Listening.Length)..]);
        };
        process.BeginOutputReadLine();
        return new(process, await address.Task.WaitAsync(TimeSpan.FromMinutes(1)));
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
