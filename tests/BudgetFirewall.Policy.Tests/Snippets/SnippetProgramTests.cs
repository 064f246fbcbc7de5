namespace BudgetFirewall.Policy.Tests.Snippets;

public sealed class SnippetProgramTests
{
    [Fact]
    public void A_block_that_does_not_compile_is_reported_with_its_page_and_line()
    {
        var snippet = Block("var a = 1;\nvar b = Nothing.AtAll;");

        var e = FluentActions.Invoking(() => SnippetProgram.Compile(snippet)).Should().ThrowExactly<InvalidOperationException>().Which;

        e.Message.Should().Contain("page.md(12): CS0103");
    }

    [Fact]
    public void A_block_with_a_warning_is_refused()
    {
        var snippet = Block("string text = null;\nConsole.WriteLine(text);");

        FluentActions.Invoking(() => SnippetProgram.Compile(snippet)).Should().ThrowExactly<InvalidOperationException>();
    }

    private static Snippet Block(string code) => new("page.md", 10, "csharp", code, Output: null);
}
