using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace BudgetFirewall;

/// <summary>The buffer in which a thread writes its records, one after the other.</summary>
[SuppressMessage("Design", "CA1001", Justification = "Lives as long as its thread, and its writer holds nothing but memory.")]
internal sealed class RecordBuffer
{
    private const int UsualSize = 1024;
    private const int MaxKept = 64 * UsualSize;

    private static readonly JsonWriterOptions Options = new() { SkipValidation = true };

    [ThreadStatic]
    private static RecordBuffer? _ofThread;

    private RecordBuffer()
    {
        Bytes = new(UsualSize);
        Json = new(Bytes, Options);
    }

    public ArrayBufferWriter<byte> Bytes { get; }

    public Utf8JsonWriter Json { get; }

    /// <summary>The thread's buffer, empty. The record must be written at once, without an await in between.</summary>
    public static RecordBuffer Empty()
    {
        var buffer = _ofThread is { Bytes.Capacity: <= MaxKept } kept ? kept : (_ofThread = new());
        buffer.Bytes.ResetWrittenCount();
        buffer.Json.Reset();
        return buffer;
    }
}
