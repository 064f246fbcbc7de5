using System.Text.Json;

namespace BudgetFirewall.Reliability;

/// <summary>A file that every call is written to twice: before it is made, and when it is answered. What is written survives the end of the process.</summary>
public sealed class Trace : IDisposable
{
    private readonly FileStream? _file;
    private readonly Lock _lock = new();

    public Trace(string? path) =>
        _file = path is null ? null : new(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);

    public void Write(TracedCall call)
    {
        if (_file is null)
            return;
        byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(call), (byte)'\n'];
        lock (_lock)
            _file.Write(line);
    }

    public void Dispose() => _file?.Dispose();

    /// <summary>The calls of a file, each once: as answered where an answer was written. A line that was cut off is left out.</summary>
    public static IReadOnlyList<TracedCall> Read(string path)
    {
        var calls = new Dictionary<(string, CallVerb, long), TracedCall>();
        foreach (var line in File.ReadLines(path))
        {
            if (!line.EndsWith('}'))
                continue;
            var call = JsonSerializer.Deserialize<TracedCall>(line)!;
            calls[(call.OperationId, call.Verb, call.Began)] = call;
        }
        return [.. calls.Values];
    }
}
