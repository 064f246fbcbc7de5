using System.Text;

namespace BudgetFirewall.Tests;

/// <summary>Price files that are none.</summary>
public sealed class BadPriceFileTests
{
    [Theory]
    [InlineData("", 1, 1)]
    [InlineData("   \n ", 2, 2)]
    [InlineData("null", 1, 1)]
    [InlineData("\n\n  [1]", 3, 3)]
    [InlineData("\"text\"", 1, 1)]
    [InlineData("{", 1, 2)]
    [InlineData("{ \"m\": { \"input_cost_per_token\": 1 }", 1, 37)]
    [InlineData("{\n \"m\": {\n  \"input_cost_per_token\": 1,,\n }\n}", 3, 29)]
    [InlineData("{ \"m\": { \"input_cost_per_token\": 01 } }", 1, 35)]
    [InlineData("{ \"m\": { \"input_cost_per_token\": .5 } }", 1, 34)]
    [InlineData("{ \"m\": { \"input_cost_per_token\": NaN } }", 1, 34)]
    [InlineData("{ /* no */ }", 1, 3)]
    [InlineData("{} {}", 1, 4)]
    [InlineData("{ \"m\": {} }\n,", 2, 1)]
    [InlineData("{\n \"\\ud800\": {} }", 2, 2)]
    [InlineData("{ \"m\": {\n  \"mode\": \"\\udc00\" } }", 2, 11)]
    public void What_is_no_price_file_is_refused_with_the_position(string content, long line, long byteInLine)
    {
        var refused = Assert.Throws<ModelPriceFileException>(() => PriceFile.Read(content));

        Assert.Equal((line, byteInLine), (refused.Line, refused.ByteInLine));
        Assert.EndsWith($"(line {line}, byte {byteInLine})", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("LineNumber", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_nested_without_end_is_refused() =>
        Assert.Throws<ModelPriceFileException>(() => PriceFile.Entry(new string('[', 100_000)));

    [Fact]
    public void Bytes_that_are_no_text_are_refused()
    {
        Assert.Throws<ModelPriceFileException>(() => PriceFile.Read([.. "{ \""u8, 0xFF, 0xFE, .. "\": {} }"u8]));
        Assert.Throws<ModelPriceFileException>(() => PriceFile.Read(Encoding.Unicode.GetBytes("{}")));
    }

    [Fact]
    public void A_stream_without_end_is_refused()
    {
        using var stream = new EndlessStream();

        Assert.Contains("64 MiB", Assert.Throws<ModelPriceFileException>(() => ModelPriceBook.FromStream(stream)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_64_mebibytes_is_read_and_one_of_a_byte_more_is_refused()
    {
        var content = new byte[(64 << 20) + 1];
        content.AsSpan().Fill((byte)' ');
        "{}"u8.CopyTo(content);

        using var largest = new MemoryStream(content, 0, content.Length - 1);
        using var larger = new MemoryStream(content);

        Assert.Empty(ModelPriceBook.FromStream(largest).Models);
        Assert.Throws<ModelPriceFileException>(() => ModelPriceBook.FromStream(larger));
    }

    [Fact]
    public void A_missing_file_or_stream_is_told_as_such()
    {
        Assert.Throws<FileNotFoundException>(() => ModelPriceBook.FromFile(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName())));
        Assert.Throws<ArgumentException>("path", () => ModelPriceBook.FromFile(""));
        Assert.Throws<ArgumentNullException>("stream", () => ModelPriceBook.FromStream(null!));
    }

    [Fact]
    public void A_price_of_a_million_digits_is_no_price_and_no_crash() =>
        Assert.Single(PriceFile.Entry($$"""{ "input_cost_per_token": 1{{new string('0', 1_000_000)}} }""").Import!.Skipped);

    [Fact]
    public void Whatever_is_broken_in_a_file_is_refused_or_accounted_for()
    {
        var good = Encoding.UTF8.GetBytes(LargePriceFile.Of(26));
        var random = new Random(20_261_122);
        var (refused, read) = (0, 0);
        for (var i = 0; i < 4_000; i++)
        {
            var content = Broken(good, random);
            try
            {
                var import = PriceFile.Read(content).Import!;
                Assert.Equal(import.EntryCount, import.Priced.Count + import.Skipped.Count);
                read++;
            }
            catch (ModelPriceFileException e)
            {
                Assert.InRange(e.Line, 1, content.Count(one => one == '\n') + 1);
                Assert.InRange(e.ByteInLine, 1, content.Length + 1);
                refused++;
            }
        }
        Assert.True(refused > 100 && read > 100, $"{refused} refused, {read} read");
    }

    private static byte[] Broken(byte[] good, Random random)
    {
        var content = good.ToList();
        for (var change = random.Next(1, 4); change > 0; change--)
        {
            var at = random.Next(content.Count);
            switch (random.Next(5))
            {
                case 0: content[at] = (byte)random.Next(256); break;
                case 1: content.RemoveRange(at, Math.Min(random.Next(1, 40), content.Count - at)); break;
                case 2: content.InsertRange(at, "{}[]\",:-0e\\u"u8[random.Next(11)..].ToArray()); break;
                case 3 when random.Next(20) == 0: content.RemoveRange(at, content.Count - at); break;
                default: content[at] = "0123456789eE-+.\"{}[]:,ntf "u8.ToArray()[random.Next(26)]; break;
            }
        }
        return [.. content];
    }

    private sealed class EndlessStream : MemoryStream
    {
        public override int Read(Span<byte> buffer)
        {
            buffer.Fill((byte)' ');
            return buffer.Length;
        }
    }
}
