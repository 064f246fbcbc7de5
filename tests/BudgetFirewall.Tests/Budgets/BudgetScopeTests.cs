using BudgetFirewall.Tests.Configuration;

namespace BudgetFirewall.Tests;

/// <summary>The texts of scopes, and what can be an id.</summary>
public sealed class BudgetScopeTests
{
    [Theory]
    [InlineData("global")]
    [InlineData("user=alice")]
    [InlineData("user==")]
    [InlineData("tier=a=b:c")]
    [InlineData("each:user")]
    public void Text_is_read_and_written_back(string text)
    {
        BudgetScope.TryParse(text, out var scope).Should().BeTrue();

        scope.ToString().Should().Be(text);
        BudgetScope.Parse(text).Should().Be(scope);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Global")]
    [InlineData("user")]
    [InlineData("user=")]
    [InlineData("=alice")]
    [InlineData("user:alice")]
    [InlineData("each:")]
    [InlineData("each:global")]
    public void Other_text_is_no_scope(string text)
    {
        BudgetScope.TryParse(text, out var scope).Should().BeFalse();

        scope.Should().Be(default(BudgetScope));
        FluentActions.Invoking(() => BudgetScope.Parse(text)).Should().ThrowExactly<FormatException>();
    }

    [Fact]
    public void No_text_and_ill_formed_text_is_no_scope()
    {
        BudgetScope.TryParse(null, out var scope).Should().BeFalse();

        scope.Should().Be(default(BudgetScope));
        BudgetScope.TryParse("user=\ud800", out _).Should().BeFalse();
        FluentActions.Invoking(() => BudgetScope.Parse(null!)).Should().ThrowExactly<ArgumentNullException>().WithParameterName("text");
    }

    [Fact]
    public void An_id_has_1_to_256_characters_of_well_formed_text()
    {
        foreach (var valid in new[] { "a", " ", "\ud83d\ude00", new string('x', 256) })
            BudgetScope.IsValidId(valid).Should().BeTrue();
        foreach (var invalid in new[] { null, "", "\ud800", "a\ude00b", new string('x', 257) })
            BudgetScope.IsValidId(invalid).Should().BeFalse();
    }

    [Fact]
    public void An_id_that_is_refused_is_shown_as_far_as_a_line_has_room()
    {
        FluentActions.Invoking(() => BudgetScope.User("a\ud800")).Should().ThrowExactly<ArgumentException>().WithMessage("*a lone surrogate: 'a\ufffd'.*");
        FluentActions.Invoking(() => BudgetScope.User(new('x', 257))).Should().ThrowExactly<ArgumentException>().WithMessage($"*has 257 characters; at most 256 are allowed: '{new string('x', 40)}…'.*");
    }

    [Theory]
    [InlineData(100, "")]
    [InlineData(101, "…")]
    public void A_configured_value_that_is_refused_is_shown_up_to_its_hundredth_character(int length, string end) =>
        Configured.Errors($$"""{ "StoreTimeout": "{{new string('x', length)}}" }""").Should().ContainSingle().Which.Should().Contain($"'{new string('x', 100)}{end}'");
}
