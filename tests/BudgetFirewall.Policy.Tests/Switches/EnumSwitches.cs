using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace BudgetFirewall.Policy.Tests.Switches;

/// <summary>Finds the switches that a new member of one of our enumerations would pass through unseen.</summary>
internal static class EnumSwitches
{
    /// <summary>
    /// Finds the switches over an enumeration, or with a member of one in a pattern, whose default does not throw, and those over an enumeration that leave members out.
    /// </summary>
    /// <returns>Each with its file and line.</returns>
    public static IReadOnlyList<string> Faults(CSharpCompilation compilation)
    {
        var faults = from tree in compilation.SyntaxTrees
                     let model = compilation.GetSemanticModel(tree)
                     from node in tree.GetRoot().DescendantNodes()
                     let cases = CasesOf(node)
                     where cases is not null
                     from fault in Faults(model, cases.Value.Governing, cases.Value.Cases, isSilentWithoutDefault: node is SwitchStatementSyntax)
                     select $"{tree.FilePath}({node.GetLocation().GetLineSpan().StartLinePosition.Line + 1}): {fault}";
        return [.. faults];
    }

    private static IEnumerable<string> Faults(SemanticModel model, ExpressionSyntax governing, IReadOnlyList<Case> cases, bool isSilentWithoutDefault)
    {
        var governed = Governed(model, governing);
        var members = cases.SelectMany(one => MembersIn(model, one)).ToList();
        if (!governed.Concat(members.Select(member => member.ContainingType)).Any(IsOurs))
            yield break;
        var fallback = cases.FirstOrDefault(one => one.IsDefault);
        if (fallback is null ? isSilentWithoutDefault : !fallback.Throws)
            yield return "the default is silent";
        if (governed is not [INamedTypeSymbol { TypeKind: TypeKind.Enum } type] || IsFlags(type))
            yield break;
        var named = cases.Where(one => !one.IsConditional).SelectMany(one => MembersIn(model, one)).ToHashSet<ISymbol>(SymbolEqualityComparer.Default);
        foreach (var member in type.GetMembers().OfType<IFieldSymbol>().Where(member => member.HasConstantValue && !named.Contains(member)))
            yield return $"{type.Name}.{member.Name} is left out";
    }

    private static (ExpressionSyntax Governing, IReadOnlyList<Case> Cases)? CasesOf(SyntaxNode node) => node switch
    {
        SwitchExpressionSyntax expression => (expression.GoverningExpression, [.. expression.Arms.Select(Case.Of)]),
        SwitchStatementSyntax statement => (statement.Expression, [.. statement.Sections.SelectMany(section => section.Labels.Select(label => Case.Of(section, label)))]),
        _ => null,
    };

    /// <summary>The type of what is looked at, or of each part of a tuple.</summary>
    private static IReadOnlyList<ITypeSymbol> Governed(SemanticModel model, ExpressionSyntax governing) => model.GetTypeInfo(governing).Type switch
    {
        INamedTypeSymbol { IsTupleType: true } tuple => [.. tuple.TupleElements.Select(part => Unwrapped(part.Type))],
        { } type => [Unwrapped(type)],
        null => [],
    };

    private static ITypeSymbol Unwrapped(ITypeSymbol type) =>
        type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable ? nullable.TypeArguments[0] : type;

    private static IEnumerable<IFieldSymbol> MembersIn(SemanticModel model, Case one) =>
        from name in one.Label.DescendantNodesAndSelf(node => node is not InvocationExpressionSyntax).OfType<SimpleNameSyntax>()
        let member = model.GetSymbolInfo(name).Symbol as IFieldSymbol
        where member is { ContainingType.TypeKind: TypeKind.Enum }
        select member;

    private static bool IsOurs(ITypeSymbol type) =>
        type.TypeKind == TypeKind.Enum && type.ContainingAssembly.Name.StartsWith("BudgetFirewall", StringComparison.Ordinal);

    private static bool IsFlags(ITypeSymbol type) => type.GetAttributes().Any(attribute => attribute.AttributeClass?.Name == nameof(FlagsAttribute));
}
