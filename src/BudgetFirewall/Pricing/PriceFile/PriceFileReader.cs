using System.Text.Json;

namespace BudgetFirewall;

/// <summary>Reads price files. Numbers are read from their text as decimals, never through a floating point number.</summary>
internal static class PriceFileReader
{
    private const int MaxBytes = 64 << 20;

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    public static PriceFileEntries Read(Stream stream)
    {
        using var buffer = new MemoryStream();
        Copy(stream, buffer);
        ReadOnlySpan<byte> json = buffer.GetBuffer().AsSpan(0, (int)buffer.Length);
        json = json.StartsWith(ByteOrderMark) ? json[ByteOrderMark.Length..] : json;
        var reader = new Utf8JsonReader(json);
        try
        {
            return ReadEntries(ref reader, json);
        }
        catch (JsonException e)
        {
            var message = e.Message.AsSpan(0, e.Message.IndexOf(" LineNumber:", StringComparison.Ordinal) is var end and >= 0 ? end : e.Message.Length);
            throw new ModelPriceFileException($"The price file is not valid JSON: {message}", (e.LineNumber ?? 0) + 1, (e.BytePositionInLine ?? 0) + 1, e);
        }
        catch (InvalidOperationException e)
        {
            // The reader looks into texts only when they are asked for.
            throw At(json, reader.TokenStartIndex, "The price file has a text that is not well-formed Unicode.", e);
        }
    }

    private static PriceFileEntries ReadEntries(ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
            throw At(json, reader.TokenStartIndex, "The price file is not a JSON object with an entry for each model.");
        var content = new PriceFileEntries();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var name = reader.GetString()!;
            reader.Read();
            content.Add(PriceFileEntry.Read(ref reader, name));
        }
        reader.Read();
        return content;
    }

    private static void Copy(Stream stream, MemoryStream buffer)
    {
        var chunk = new byte[81_920];
        while (stream.Read(chunk) is var count and > 0)
        {
            if (buffer.Length + count > MaxBytes)
                throw new ModelPriceFileException("The price file has more than 64 MiB.", 1, 1);
            buffer.Write(chunk, 0, count);
        }
    }

    private static ModelPriceFileException At(ReadOnlySpan<byte> json, long index, string message, Exception? cause = null)
    {
        var before = json[..(int)index];
        return new(message, before.Count((byte)'\n') + 1, before.Length - before.LastIndexOf((byte)'\n'), cause);
    }
}
