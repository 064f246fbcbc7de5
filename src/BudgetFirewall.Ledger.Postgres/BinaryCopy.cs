using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using BudgetFirewall.Storage;
using Npgsql;

namespace BudgetFirewall;

/// <summary>
/// Sends rows in the binary format of PostgreSQL's COPY, which has a big-endian length before each value: <see href="https://www.postgresql.org/docs/current/sql-copy.html"/>.
/// The server writes rows while later ones are still being sent.
/// </summary>
internal static class BinaryCopy
{
    private const int ChunkSize = 64 * 1024;
    private const int NoValue = -1;
    private const short NoMoreRows = -1;

    private static readonly Encoding Utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Copies rows of which none is there yet.</summary>
    public static async ValueTask WriteAsync(NpgsqlConnection connection, LedgerRows rows, CancellationToken cancellationToken)
    {
        var statement = string.Create(CultureInfo.InvariantCulture, $"copy {rows.Table} ({string.Join(", ", rows.Columns)}) from stdin (format binary)");
        var stream = await connection.BeginRawBinaryCopyAsync(statement, cancellationToken).ConfigureAwait(false);
        await using var _ = stream.ConfigureAwait(false);
        try
        {
            await WriteAsync(stream, rows, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            // Otherwise the server would take what was sent for all.
            await TryCancelAsync(stream).ConfigureAwait(false);
            throw;
        }
    }

    private static async ValueTask TryCancelAsync(NpgsqlRawCopyStream stream)
    {
        try
        {
            await stream.CancelAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is NpgsqlException or ObjectDisposedException or IOException or OperationCanceledException)
        {
            // The connection is gone, and what was sent with it. The first failure tells why.
        }
    }

    private static async ValueTask WriteAsync(Stream stream, LedgerRows rows, CancellationToken cancellationToken)
    {
        var chunk = new ArrayBufferWriter<byte>(ChunkSize + 4096);
        // The signature, no flags, and no extension.
        chunk.Write<byte>([.. "PGCOPY\n"u8, 0xFF, .. "\r\n"u8, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        for (var row = 0; row < rows.Count; row++)
        {
            Add(chunk, rows, row);
            if (chunk.WrittenCount < ChunkSize)
                continue;
            await stream.WriteAsync(chunk.WrittenMemory, cancellationToken).ConfigureAwait(false);
            chunk.ResetWrittenCount();
        }
        Add(chunk, NoMoreRows);
        await stream.WriteAsync(chunk.WrittenMemory, cancellationToken).ConfigureAwait(false);
    }

    private static void Add(ArrayBufferWriter<byte> chunk, LedgerRows rows, int row)
    {
        Add(chunk, (short)rows.Columns.Count);
        for (var column = 0; column < rows.NumberColumns; column++)
            Add(chunk, rows.Numbers(column)[row]);
        for (var column = rows.NumberColumns; column < rows.Columns.Count; column++)
            Add(chunk, rows.Texts(column)[row]);
    }

    private static void Add(ArrayBufferWriter<byte> chunk, short value)
    {
        BinaryPrimitives.WriteInt16BigEndian(chunk.GetSpan(sizeof(short)), value);
        chunk.Advance(sizeof(short));
    }

    private static void AddLength(ArrayBufferWriter<byte> chunk, int length)
    {
        BinaryPrimitives.WriteInt32BigEndian(chunk.GetSpan(sizeof(int)), length);
        chunk.Advance(sizeof(int));
    }

    private static void Add(ArrayBufferWriter<byte> chunk, long? number)
    {
        if (number is not { } value)
        {
            AddLength(chunk, NoValue);
            return;
        }
        AddLength(chunk, sizeof(long));
        BinaryPrimitives.WriteInt64BigEndian(chunk.GetSpan(sizeof(long)), value);
        chunk.Advance(sizeof(long));
    }

    private static void Add(ArrayBufferWriter<byte> chunk, string? text)
    {
        if (text is null)
        {
            AddLength(chunk, NoValue);
            return;
        }
        var length = Utf8.GetByteCount(text);
        AddLength(chunk, length);
        chunk.Advance(Utf8.GetBytes(text, chunk.GetSpan(length)));
    }
}
