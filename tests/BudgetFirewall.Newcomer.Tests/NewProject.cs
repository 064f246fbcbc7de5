using System.Text.Json;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace BudgetFirewall.Newcomer.Tests;

/// <summary>
/// A project of a newcomer. It is built once, with an example pasted over its <c>Program.cs</c>. Every other example is compiled as that build would, with its implicit usings and
/// references, but without a build of its own, which takes seconds.
/// </summary>
internal sealed class NewProject
{
    private static readonly CSharpParseOptions ParseOptions = new(LanguageVersion.Latest);

    // A library that was built for an earlier version of .NET; the SDK leaves these out as well.
    private static readonly Dictionary<string, ReportDiagnostic> SilentInEveryBuild = new() { ["CS1701"] = ReportDiagnostic.Suppress, ["CS1702"] = ReportDiagnostic.Suppress };

    private readonly string _output;
    private readonly string _name;
    private readonly SyntaxTree _usings;
    private readonly IReadOnlyList<MetadataReference> _references;

    private NewProject(string folder, IReadOnlyList<MetadataReference> references)
    {
        _name = Path.GetFileName(folder);
        _output = Path.Combine(folder, "bin", "Debug", "net10.0");
        _usings = CSharpSyntaxTree.ParseText(File.ReadAllText(Path.Combine(folder, "obj", "Debug", "net10.0", _name + ".GlobalUsings.g.cs")), ParseOptions);
        _references = references;
    }

    public static async Task<NewProject> BuildAsync(string folder, string program, IReadOnlyDictionary<string, string> environment)
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "Program.cs"), program);
        var printed = await Shell.RunAsync("dotnet build -warnaserror -nodeReuse:false -t:Build -getItem:ReferencePathWithRefAssemblies", folder, environment);
        using var json = JsonDocument.Parse(printed);
        var paths = json.RootElement.GetProperty("Items").GetProperty("ReferencePathWithRefAssemblies").EnumerateArray().Select(item => item.GetProperty("FullPath").GetString()!);
        return new(folder, [.. paths.Select(path => MetadataReference.CreateFromFile(path))]);
    }

    /// <summary>Compiles a program and returns the arguments of <c>dotnet</c> that run it.</summary>
    /// <exception cref="InvalidOperationException">It does not compile, or not without warnings.</exception>
    public IEnumerable<string> CommandOf(string name, string program)
    {
        var options = new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable)
            .WithSpecificDiagnosticOptions(SilentInEveryBuild);
        var path = Path.Combine(_output, name + ".dll");
        var result = CSharpCompilation.Create(name, [_usings, CSharpSyntaxTree.ParseText(program, ParseOptions)], _references, options).Emit(path);
        var complaints = result.Diagnostics.Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning).ToList();
        return complaints.Count == 0
            ? ["exec", "--runtimeconfig", Path.Combine(_output, _name + ".runtimeconfig.json"), "--depsfile", Path.Combine(_output, _name + ".deps.json"), path]
            : throw new InvalidOperationException(string.Join('\n', complaints));
    }
}
