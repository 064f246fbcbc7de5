namespace BudgetFirewall.Policy.Tests.Surface;

public sealed class TextDiffTests
{
    [Fact]
    public void A_member_that_came_and_one_that_went_are_reported_with_their_types()
    {
        var diff = TextDiff.Of("class A\n    int X\n\nclass B\n    int X\n", "class A\n    int X\n\nclass B\n    int Y\n");

        diff.Should().Be("- class B | int X\n+ class B | int Y");
    }

    [Fact]
    public void Equal_texts_have_no_difference() => TextDiff.Of("class A\n    int X\n", "class A\n    int X\n").Should().BeEmpty();
}
