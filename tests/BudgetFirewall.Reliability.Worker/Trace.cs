using System.Text.Json;

namespace BudgetFirewall.Reliability;

/// <summary>A file that every call is written to twice: before it is made, and when it is answered. What is written survives the end of the process.</summary>
public sealed class Trace : IDisposable
{
    private readonly FileStream? _file;
    private readonly Lock _lock = new();

    public Trace(string? path) =>
        _file = path is null ? null : new(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);

    public void Write<T>(T line)
    {
        if (_file is null)
            return;
        byte[] bytes = [.. JsonSerializer.SerializeToUtf8Bytes(line), (byte)'\n'];
        lock (_lock)
            _file.Write(bytes);
    }

    public void Dispose() => _file?.Dispose();

    /// <summary>The calls of a file, each once: as answered where an answer was written. A line that was cut off is left out.</summary>
    public static IReadOnlyList<TracedCall> Read(string path) => Read<TracedCall, (string, CallVerb, long)>(path, call => (call.OperationId, call.Verb, call.Began));

    /// <summary>The takes of a file, likewise.</summary>
    public static IReadOnlyList<TracedTake> ReadTakes(string path) => Read<TracedTake, string>(path, take => take.Id);

    private static IReadOnlyList<T> Read<T, TKey>(string path, Func<T, TKey> keyOf)
        where TKey : notnull
    {
        var latest = new Dictionary<TKey, T>();
        foreach (var line in File.ReadLines(path))
        {
            if (!line.EndsWith('}'))
                continue;
            var read = JsonSerializer.Deserialize<T>(line)!;
            latest[keyOf(read)] = read;
        }
        return [.. latest.Values];
    }
}
