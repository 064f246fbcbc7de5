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
        var refused = FluentActions.Invoking(() => PriceFile.Read(content)).Should().ThrowExactly<ModelPriceFileException>().Which;

        (refused.Line, refused.ByteInLine).Should().Be((line, byteInLine));
        refused.Message.Should().EndWith($"(line {line}, byte {byteInLine})");
        refused.Message.Should().NotContain("LineNumber");
    }

    [Fact]
    public void A_file_that_is_nested_without_end_is_refused() =>
        FluentActions.Invoking(() => PriceFile.Entry(new string('[', 100_000))).Should().ThrowExactly<ModelPriceFileException>();

    [Fact]
    public void Bytes_that_are_no_text_are_refused()
    {
        FluentActions.Invoking(() => PriceFile.Read([.. "{ \""u8, 0xFF, 0xFE, .. "\": {} }"u8])).Should().ThrowExactly<ModelPriceFileException>();
        FluentActions.Invoking(() => PriceFile.Read(Encoding.Unicode.GetBytes("{}"))).Should().ThrowExactly<ModelPriceFileException>();
    }

    [Fact]
    public void A_stream_without_end_is_refused()
    {
        using var stream = new EndlessStream();

        FluentActions.Invoking(() => ModelPriceBook.FromStream(stream)).Should().ThrowExactly<ModelPriceFileException>().Which.Message.Should().Contain("64 MiB");
    }

    [Fact]
    public void A_file_of_64_mebibytes_is_read_and_one_of_a_byte_more_is_refused()
    {
        var content = new byte[(64 << 20) + 1];
        content.AsSpan().Fill((byte)' ');
        "{}"u8.CopyTo(content);

        using var largest = new MemoryStream(content, 0, content.Length - 1);
        using var larger = new MemoryStream(content);

        ModelPriceBook.FromStream(largest).Models.Should().BeEmpty();
        FluentActions.Invoking(() => ModelPriceBook.FromStream(larger)).Should().ThrowExactly<ModelPriceFileException>();
    }

    [Fact]
    public void A_missing_file_or_stream_is_reported_as_such()
    {
        FluentActions.Invoking(() => ModelPriceBook.FromFile(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()))).Should().ThrowExactly<FileNotFoundException>();
        FluentActions.Invoking(() => ModelPriceBook.FromFile("")).Should().ThrowExactly<ArgumentException>().WithParameterName("path");
        FluentActions.Invoking(() => ModelPriceBook.FromStream(null!)).Should().ThrowExactly<ArgumentNullException>().WithParameterName("stream");
    }

    [Fact]
    public void A_price_of_a_million_digits_is_no_price_and_no_crash() =>
        PriceFile.Entry($$"""{ "input_cost_per_token": 1{{new string('0', 1_000_000)}} }""").Import!.Skipped.Should().ContainSingle();

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
                (import.Priced.Count + import.Skipped.Count).Should().Be(import.EntryCount);
                read++;
            }
            catch (ModelPriceFileException e)
            {
                e.Line.Should().BeInRange(1, content.Count(one => one == '\n') + 1);
                e.ByteInLine.Should().BeInRange(1, content.Length + 1);
                refused++;
            }
        }
        (refused > 100 && read > 100).Should().BeTrue($"{refused} refused, {read} read");
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
