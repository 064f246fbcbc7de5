using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace BudgetFirewall;

/// <summary>
/// Computes digests of the requests and usages that callers pass, which tell a repeated operation from a conflicting one:
/// the first 128 bits of SHA-256 over the fields, each with its length. Equal values, such as 1.0 and 1.00, have equal digests.
/// </summary>
internal static class RequestFingerprint
{
    /// <summary>The digest of a request and the kind of call; never 0.</summary>
    public static UInt128 Fingerprint(string kind, BudgetRequest request)
    {
        var writer = new ArrayBufferWriter<byte>(512);
        Write(writer, kind);
        Write(writer, request.Provider);
        Write(writer, request.Operation);
        Write(writer, request.UserId);
        Write(writer, request.ProjectId);
        Write(writer, request.Model);
        Write(writer, request.Dimensions, Write);
        Write(writer, request.Usage);
        Write(writer, request.Cost);
        Write(writer, request.Permits);
        Write(writer, request.Lease?.Ticks);
        return Digest(writer.WrittenSpan);
    }

    /// <summary>The digest of an amount and of texts, and the kind of call; never 0.</summary>
    public static UInt128 Fingerprint(string kind, decimal amount, params ReadOnlySpan<string?> texts)
    {
        var writer = new ArrayBufferWriter<byte>(256);
        Write(writer, kind);
        Write(writer, (decimal?)amount);
        foreach (var text in texts)
            Write(writer, text);
        return Digest(writer.WrittenSpan);
    }

    /// <summary>The digest of a usage; never 0.</summary>
    public static UInt128 Fingerprint(BudgetUsage usage)
    {
        var writer = new ArrayBufferWriter<byte>(256);
        Write(writer, usage);
        return Digest(writer.WrittenSpan);
    }

    private static UInt128 Digest(ReadOnlySpan<byte> content)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(content, digest);
        return UInt128.Max(BinaryPrimitives.ReadUInt128LittleEndian(digest), UInt128.One);
    }

    private static void Write(ArrayBufferWriter<byte> writer, BudgetUsage? usage)
    {
        Write(writer, usage is null ? 0L : 1L);
        if (usage is null)
            return;
        Write(writer, usage.RequestBytes);
        Write(writer, usage.ResponseBytes);
        Write(writer, usage.InputTokens);
        Write(writer, usage.CachedInputTokens);
        Write(writer, usage.CacheWriteTokens);
        Write(writer, usage.CacheWriteOneHourTokens);
        Write(writer, usage.AudioInputTokens);
        Write(writer, usage.ImageInputTokens);
        Write(writer, usage.OutputTokens);
        Write(writer, usage.ReasoningTokens);
        Write(writer, usage.AudioOutputTokens);
        Write(writer, usage.ImageOutputTokens);
        Write(writer, usage.ServiceTier);
        Write(writer, usage.Units, (w, amount) => Write(w, (decimal?)amount));
    }

    private static void Write<T>(ArrayBufferWriter<byte> writer, IReadOnlyDictionary<string, T>? map, Action<ArrayBufferWriter<byte>, T> write)
    {
        Write(writer, map?.Count ?? -1L);
        foreach (var (key, value) in (map ?? new Dictionary<string, T>()).OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            Write(writer, key);
            write(writer, value);
        }
    }

    private static void Write(ArrayBufferWriter<byte> writer, string? text)
    {
        Write(writer, text?.Length ?? -1L);
        writer.Write(MemoryMarshal.AsBytes(text.AsSpan()));
    }

    private static void Write(ArrayBufferWriter<byte> writer, long? number)
    {
        Write(writer, number is null ? 0L : 1L);
        Write(writer, number ?? 0L);
    }

    private static void Write(ArrayBufferWriter<byte> writer, decimal? number)
    {
        Write(writer, number is null ? 0L : 1L);
        // Dividing by one with the largest scale drops trailing zeros.
        Span<int> bits = stackalloc int[4];
        decimal.GetBits((number ?? 0m) / 1.0000000000000000000000000000m, bits);
        writer.Write(MemoryMarshal.AsBytes(bits));
    }

    private static void Write(ArrayBufferWriter<byte> writer, long number)
    {
        BinaryPrimitives.WriteInt64LittleEndian(writer.GetSpan(sizeof(long)), number);
        writer.Advance(sizeof(long));
    }
}
