using System.Text.RegularExpressions;
using BudgetFirewall.Policy.Tests.Snippets;

namespace BudgetFirewall.Newcomer.Tests;

/// <summary>An example of a page as the whole program of a project, with what a reader would write next to see the limit reached.</summary>
/// <param name="Name">The page and the number of the example on it, as <c>http-2</c>.</param>
/// <param name="Snippet">The block of the page.</param>
/// <param name="Continuation">What goes on from it; null for nothing.</param>
internal sealed partial record Example(string Name, Snippet Snippet, Continuation? Continuation)
{
    /// <summary>Every program of the pages, in their order.</summary>
    public static IReadOnlyDictionary<string, Example> All { get; } = Snippet.OfAllPages()
        .Where(snippet => snippet.Info is "csharp" or "csharp no-run")
        .GroupBy(snippet => Path.GetFileNameWithoutExtension(snippet.Page))
        .SelectMany(page => page.Select((snippet, i) => new Example($"{page.Key}-{i + 1}", snippet, Continuation.Of(snippet))))
        .ToDictionary(example => example.Name, StringComparer.Ordinal);

    /// <summary>True for a program that <c>dotnet new web</c> has made the project of.</summary>
    public bool IsWeb => Snippet.Code.Contains("WebApplication", StringComparison.Ordinal);

    /// <summary>The program. What goes on stands before the types, as C# wants it.</summary>
    public string Program
    {
        get
        {
            // The server is where the reader has one.
            var code = Snippet.Code.Replace("\"localhost:6379\"", "args[0]", StringComparison.Ordinal);
            if (Continuation is null)
                return code;
            var types = FirstType.Match(code) is { Success: true } match ? match.Index : code.Length;
            return $"{code[..types]}\n{Continuation.Code}\n{code[types..]}";
        }
    }

    [GeneratedRegex("^(///|(internal |public )?(sealed |static )class )", RegexOptions.Multiline)]
    private static partial Regex FirstType { get; }
}
