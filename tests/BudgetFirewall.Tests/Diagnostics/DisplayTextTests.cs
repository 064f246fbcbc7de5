using System.Globalization;
using System.Text;

namespace BudgetFirewall.Tests;

public sealed class DisplayTextTests
{
    [Theory]
    [InlineData("alice", "alice")]
    [InlineData("", "")]
    [InlineData("Ünïcödé 日本語 👩‍💻 \\ \" '", "Ünïcödé 日本語 👩‍💻 \\ \" '")]
    [InlineData("\u001b[2J", @"\u001B[2J")]
    [InlineData("a\r\nb\tc\0", @"a\u000D\u000Ab\u0009c\u0000")]
    [InlineData("\u0085\u009b31m\u007f", @"\u0085\u009B31m\u007F")]
    [InlineData("\u2028\u2029", @"\u2028\u2029")]
    [InlineData("\u202etxt.exe\u2066\u200f\u061c", @"\u202Etxt.exe\u2066\u200F\u061C")]
    [InlineData("\ufeff\u200b\u2060\u00ad", @"\uFEFF\u200B\u2060\u00AD")]
    public void What_would_not_be_seen_is_shown_by_its_code_and_the_rest_as_it_is(string text, string shown) => DisplayText.Escape(text).Should().Be(shown);

    [Fact]
    public void No_control_character_separator_or_mark_of_direction_of_the_whole_plane_is_left()
    {
        var all = string.Concat(Enumerable.Range(0, 0x10000).Select(code => (char)code).Where(c => !char.IsSurrogate(c)));

        var left = DisplayText.Escape(all).EnumerateRunes().Where(rune => Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
            || rune.Value is 0x061C or (>= 0x200E and <= 0x200F) or (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069));

        left.Should().BeEmpty();
    }

    [Fact]
    public void What_needs_no_escape_is_not_copied_and_null_stays_null()
    {
        const string Plain = "user=alice/day";
        DisplayText.Escape(Plain).Should().BeSameAs(Plain);
        DisplayText.Escape(null).Should().BeNull();
    }
}
