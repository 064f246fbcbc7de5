using System.Security.Cryptography;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace BudgetFirewall.Storage;

/// <summary>
/// An append-only file of lines, each with a digest, so that one that was torn or altered is told from a whole one. A second file beside it is locked as long as it is open. Thread-safe.
/// </summary>
/// <remarks>A line is 16 hexadecimal digits of the SHA-256 of its JSON, a space, the JSON, and a newline. A call that throws an <see cref="IOException"/> has kept nothing.</remarks>
public sealed class JournalFile : IDisposable
{
    private const int DigestLength = 16;

    private readonly Lock _lock = new();
    private readonly string _title;
    private readonly SafeFileHandle _lockFile;
    private SafeFileHandle _file;
    private long _length;
    private bool _isBroken;
    private bool _isClosed;

    /// <summary>Opens or creates a journal.</summary>
    /// <param name="path">The file.</param>
    /// <param name="title">The name of the journal in a sentence such as <c>The outbox '…' cannot be locked</c>.</param>
    /// <exception cref="InvalidOperationException">Another process has it, or it cannot be opened.</exception>
    public JournalFile(string path, string title)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentException.ThrowIfNullOrEmpty(title);
        (Path, _title) = (System.IO.Path.GetFullPath(path), title);
        try
        {
            _lockFile = Open(Path + ".lock", FileShare.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidOperationException($"The {title} '{Path}' cannot be locked: another process or firewall uses it, or its folder cannot be written to. {e.Message}", e);
        }
        try
        {
            _file = Open(Path, FileShare.Read | FileShare.Delete);
            _length = RandomAccess.GetLength(_file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _file?.Dispose();
            _lockFile.Dispose();
            throw new InvalidOperationException($"The {title} '{Path}' cannot be read: {e.Message}", e);
        }
    }

    /// <summary>The full path of the file.</summary>
    public string Path { get; }

    /// <summary>The number of lines that were appended or put in since it was opened or replaced last.</summary>
    public int LineCount { get; private set; }

    /// <summary>The whole file as it is.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public byte[] ReadAll()
    {
        lock (_lock)
        {
            var bytes = new byte[_length];
            var read = 0;
            while (read < bytes.Length && RandomAccess.Read(_file, bytes.AsSpan(read), read) is > 0 and var count)
                read += count;
            return bytes[..read];
        }
    }

    /// <summary>Appends a line.</summary>
    /// <param name="json">The JSON of the line, without newlines.</param>
    /// <param name="isFlushed">True to wait until it is on the disk, so that it survives a machine that loses its power; otherwise it survives only the process.</param>
    /// <exception cref="IOException">It could not be written, or the journal is closed.</exception>
    public void Append(ReadOnlySpan<byte> json, bool isFlushed)
    {
        var line = LineOf(json);
        lock (_lock)
        {
            if (_isBroken)
                throw new IOException($"The {_title} '{Path}' is closed, or could not be written to before.");
            try
            {
                RandomAccess.Write(_file, line, _length);
                if (isFlushed)
                    RandomAccess.FlushToDisk(_file);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                CutOff();
                throw new IOException($"The {_title} '{Path}' could not be written to: {e.Message}", e);
            }
            _length += line.Length;
            LineCount++;
        }
    }

    /// <summary>Writes lines to a new file and replaces the old one with it.</summary>
    /// <param name="lines">The JSON of each line.</param>
    /// <exception cref="IOException">The new file could not be written, or the journal is closed; the old one is as it was.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder cannot be written to; the old file is as it was.</exception>
    public void Replace(IEnumerable<byte[]> lines)
    {
        ArgumentNullException.ThrowIfNull(lines);
        lock (_lock)
        {
            // Another process may have it by now.
            if (_isClosed)
                throw new IOException($"The {_title} '{Path}' is closed.");
            var fresh = Path + ".new";
            File.Delete(fresh);
            var file = Open(fresh, FileShare.Read | FileShare.Delete);
            try
            {
                var (length, count) = (0L, 0);
                foreach (var line in lines.Select(json => LineOf(json)))
                {
                    RandomAccess.Write(file, line, length);
                    length += line.Length;
                    count++;
                }
                RandomAccess.FlushToDisk(file);
                File.Move(fresh, Path, overwrite: true);
                _file.Dispose();
                (_file, _length, LineCount) = (file, length, count);
            }
            catch
            {
                file.Dispose();
                // Where the disk is full it would take the room that others wait for.
                TryDelete(fresh);
                throw;
            }
        }
    }

    /// <summary>Removes all lines, which needs no room on the disk.</summary>
    /// <exception cref="IOException">The file could not be cut, or the journal is closed.</exception>
    public void Clear()
    {
        lock (_lock)
        {
            if (_isBroken)
                throw new IOException($"The {_title} '{Path}' is closed, or could not be written to before.");
            RandomAccess.SetLength(_file, 0);
            (_length, LineCount) = (0, 0);
        }
    }

    /// <summary>Closes the file and its lock.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            (_isBroken, _isClosed) = (true, true);
            _file.Dispose();
            _lockFile.Dispose();
        }
    }

    /// <summary>A line of a journal with its digest and newline.</summary>
    /// <param name="json">The JSON of the line.</param>
    public static byte[] LineOf(ReadOnlySpan<byte> json)
    {
        var line = new byte[DigestLength + 1 + json.Length + 1];
        Digest(json, line);
        line[DigestLength] = (byte)' ';
        json.CopyTo(line.AsSpan(DigestLength + 1));
        line[^1] = (byte)'\n';
        return line;
    }

    /// <summary>The JSON of a line without its newline; empty when the line was altered since it was written.</summary>
    /// <param name="line">The line.</param>
    public static ReadOnlySpan<byte> JsonOf(ReadOnlySpan<byte> line)
    {
        if (line.Length <= DigestLength + 1 || line[DigestLength] != ' ')
            return default;
        var json = line[(DigestLength + 1)..];
        Span<byte> digest = stackalloc byte[DigestLength];
        Digest(json, digest);
        return line[..DigestLength].SequenceEqual(digest) ? json : default;
    }

    internal static SafeFileHandle Open(string path, FileShare share) => File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, share);

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next replacement begins with removing it.
        }
    }

    // Half a line must not be followed by others.
    private void CutOff()
    {
        try
        {
            RandomAccess.SetLength(_file, _length);
        }
        catch (IOException)
        {
            _isBroken = true;
        }
    }

    private static void Digest(ReadOnlySpan<byte> json, Span<byte> text)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(json, digest);
        Encoding.ASCII.GetBytes(Convert.ToHexStringLower(digest[..(DigestLength / 2)]), text);
    }
}
