using System.Globalization;

namespace BudgetFirewall.Storage;

/// <summary>The documents of every partition.</summary>
internal sealed class MemoryDocuments
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(string? Partition, string Name), Kept> _documents = [];

    // Versions are never used twice, or a document that was removed and made anew could pass for the one before.
    private long _writes;

    public StoreDocument? Read(string? partition, string name, string? knownVersion, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(name);
        lock (_lock)
        {
            return Find((partition, name), now) is { } document
                ? new() { Version = document.Version, Content = document.Version == knownVersion ? default : document.Content }
                : null;
        }
    }

    public string? Write(string? partition, string name, string expectedVersion, ReadOnlyMemory<byte>? content, DateTimeOffset? expiresAt, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(expectedVersion);
        lock (_lock)
        {
            var key = (partition, name);
            if ((Find(key, now)?.Version ?? "") != expectedVersion)
                return null;
            foreach (var ended in _documents.Where(document => document.Value.ExpiresAt <= now).Select(document => document.Key).ToList())
                _documents.Remove(ended);
            if (content is not { } given)
            {
                _documents.Remove(key);
                return "";
            }
            var version = (++_writes).ToString(CultureInfo.InvariantCulture);
            _documents[key] = new(version, given.ToArray(), expiresAt ?? DateTimeOffset.MaxValue);
            return version;
        }
    }

    private Kept? Find((string? Partition, string Name) key, DateTimeOffset now) => _documents.TryGetValue(key, out var found) && found.ExpiresAt > now ? found : null;

    private sealed record Kept(string Version, byte[] Content, DateTimeOffset ExpiresAt);
}
