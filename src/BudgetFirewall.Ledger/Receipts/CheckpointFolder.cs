using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace BudgetFirewall.Receipts;

/// <summary>Checkpoints in a folder, a text file for each: <c>example.com%2Fledger.42.txt</c>, with the announcements of other keys. Keep it where the ledger's database is not, or copy it there. Thread-safe.</summary>
/// <param name="path">The folder, which is made if it is not there.</param>
public sealed class CheckpointFolder(string path)
{
    private const string End = ".txt";
    private const string KeyEnd = ".key";
    private const int LongestName = 150;

    /// <summary>Writes a checkpoint. One of the same log and size that is there already stays.</summary>
    /// <param name="checkpoint">The checkpoint.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public ValueTask PublishAsync(LedgerCheckpoint checkpoint, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        return WriteAsync(string.Create(CultureInfo.InvariantCulture, $"{NameOf(checkpoint.Origin)}.{checkpoint.TreeSize}{End}"), checkpoint.Text, cancellationToken);
    }

    /// <summary>Writes the announcement of another key beside the checkpoints.</summary>
    /// <param name="announcement">The announcement.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public ValueTask AnnounceAsync(KeyAnnouncement announcement, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(announcement);
        return WriteAsync(string.Create(CultureInfo.InvariantCulture, $"{NameOf(announcement.Origin)}.{announcement.Key.Id:x8}{KeyEnd}"), announcement.Text, cancellationToken);
    }

    /// <summary>Reads all announcements of other keys. Their signatures are not verified yet: <see cref="KeyAnnouncement.KeysFrom"/>.</summary>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="FormatException">A file is no announcement.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public async ValueTask<ImmutableArray<KeyAnnouncement>> ReadAnnouncementsAsync(CancellationToken cancellationToken = default) =>
        [.. (await ReadAllAsync(KeyEnd, cancellationToken).ConfigureAwait(false)).Select(KeyAnnouncement.Parse)];

    /// <summary>Reads all checkpoints, the smallest of each log first. Their signatures are not verified yet.</summary>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="FormatException">A file is no checkpoint.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public async ValueTask<ImmutableArray<LedgerCheckpoint>> ReadAsync(CancellationToken cancellationToken = default)
    {
        var checkpoints = (await ReadAllAsync(End, cancellationToken).ConfigureAwait(false)).Select(LedgerCheckpoint.Parse);
        return [.. checkpoints.OrderBy(checkpoint => checkpoint.Origin, StringComparer.Ordinal).ThenBy(checkpoint => checkpoint.TreeSize)];
    }

    // A file's name has 255 bytes at most, and that of a partition may be longer.
    private static string NameOf(string origin) =>
        Uri.EscapeDataString(origin) is { Length: <= LongestName } name ? name : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(origin)));

    // Whole or not at all, also when the process ends meanwhile.
    private async ValueTask WriteAsync(string name, string text, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(path);
        var file = Path.Combine(path, name);
        if (File.Exists(file))
            return;
        var part = $"{file}.{Guid.NewGuid():n}";
        await File.WriteAllTextAsync(part, text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), cancellationToken).ConfigureAwait(false);
        File.Move(part, file, overwrite: true);
    }

    private async ValueTask<List<string>> ReadAllAsync(string end, CancellationToken cancellationToken)
    {
        var texts = new List<string>();
        foreach (var file in Directory.Exists(path) ? Directory.GetFiles(path, "*" + end).Order(StringComparer.Ordinal) : Enumerable.Empty<string>())
            texts.Add(await File.ReadAllTextAsync(file, cancellationToken).ConfigureAwait(false));
        return texts;
    }
}
