using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace BudgetFirewall.Policy.Tests.Snippets;

/// <summary>A block of C# as the program that a reader would make of it: top-level statements with the SDK's implicit usings.</summary>
internal static class SnippetProgram
{
    private static readonly CSharpParseOptions ParseOptions = new(LanguageVersion.Latest);

    // A library that was built for an earlier version of .NET; the SDK leaves these out as well.
    private static readonly Dictionary<string, ReportDiagnostic> SilentInEveryBuild = new() { ["CS1701"] = ReportDiagnostic.Suppress, ["CS1702"] = ReportDiagnostic.Suppress };
    private static readonly TimeSpan LongestRun = TimeSpan.FromMinutes(2);

    private static readonly SyntaxTree ImplicitUsings = CSharpSyntaxTree.ParseText("""
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        """, ParseOptions);

    /// <exception cref="InvalidOperationException">The block does not compile, or not without warnings.</exception>
    public static Assembly Compile(Snippet snippet)
    {
        var tree = CSharpSyntaxTree.ParseText(snippet.Code, ParseOptions);
        var options = new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable)
            .WithSpecificDiagnosticOptions(SilentInEveryBuild);
        var compilation = CSharpCompilation.Create($"snippet-{Guid.NewGuid():N}", [ImplicitUsings, tree], References.All, options);
        using var image = new MemoryStream();
        var result = compilation.Emit(image);
        var complaints = result.Diagnostics.Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning)
            .Select(diagnostic => $"{snippet.Page}({snippet.Line + 1 + diagnostic.Location.GetLineSpan().StartLinePosition.Line}): {diagnostic.Id} {diagnostic.GetMessage(null)}")
            .ToArray();
        return complaints.Length == 0 ? Assembly.Load(image.ToArray()) : throw new InvalidOperationException(string.Join('\n', complaints));
    }

    /// <summary>Runs a program and gives what it printed.</summary>
    public static async Task<string> RunAsync(Assembly program)
    {
        var console = Console.Out;
        using var output = new StringWriter();
        Console.SetOut(TextWriter.Synchronized(output));
        try
        {
            var entry = program.EntryPoint!;
            object?[] arguments = entry.GetParameters().Length == 0 ? [] : [Array.Empty<string>()];
            await Task.Run(() => entry.Invoke(null, arguments)).WaitAsync(LongestRun);
        }
        finally
        {
            Console.SetOut(console);
        }
        return output.ToString().ReplaceLineEndings("\n").TrimEnd();
    }
}
