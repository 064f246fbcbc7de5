using Microsoft.CodeAnalysis;

namespace BudgetFirewall.Policy.Tests.Surface;

/// <summary>The public surface as text: types and members as they would be declared, in the order of their names.</summary>
internal static class SurfacePrinter
{
    private static readonly SymbolDisplayFormat TypeFormat = new(
        globalNamespaceStyle: SymbolDisplayGlobalNamespaceStyle.Omitted,
        typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameAndContainingTypesAndNamespaces,
        genericsOptions: SymbolDisplayGenericsOptions.IncludeTypeParameters | SymbolDisplayGenericsOptions.IncludeTypeConstraints | SymbolDisplayGenericsOptions.IncludeVariance,
        kindOptions: SymbolDisplayKindOptions.IncludeTypeKeyword);

    private static readonly SymbolDisplayFormat MemberFormat = new(
        globalNamespaceStyle: SymbolDisplayGlobalNamespaceStyle.Omitted,
        typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameAndContainingTypes,
        propertyStyle: SymbolDisplayPropertyStyle.ShowReadWriteDescriptor,
        genericsOptions: SymbolDisplayGenericsOptions.IncludeTypeParameters | SymbolDisplayGenericsOptions.IncludeTypeConstraints,
        memberOptions: SymbolDisplayMemberOptions.IncludeAccessibility | SymbolDisplayMemberOptions.IncludeModifiers | SymbolDisplayMemberOptions.IncludeParameters
            | SymbolDisplayMemberOptions.IncludeType | SymbolDisplayMemberOptions.IncludeRef | SymbolDisplayMemberOptions.IncludeConstantValue,
        parameterOptions: SymbolDisplayParameterOptions.IncludeType | SymbolDisplayParameterOptions.IncludeName | SymbolDisplayParameterOptions.IncludeDefaultValue
            | SymbolDisplayParameterOptions.IncludeModifiers | SymbolDisplayParameterOptions.IncludeExtensionThis,
        miscellaneousOptions: SymbolDisplayMiscellaneousOptions.UseSpecialTypes | SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    public static string Print(IEnumerable<INamedTypeSymbol> types) => string.Join('\n', types.Select(Print));

    private static string Print(INamedTypeSymbol type) =>
        Heading(type) + "\n" + string.Concat(Package.PublicMembers(type).Select(member => "    " + Member(member) + "\n"));

    private static string Heading(INamedTypeSymbol type)
    {
        var bases = Bases(type).Select(other => other.ToDisplayString(MemberFormat)).ToArray();
        return Modifiers(type) + type.ToDisplayString(TypeFormat) + (bases.Length > 0 ? " : " + string.Join(", ", bases) : "");
    }

    private static string Modifiers(INamedTypeSymbol type) => type.TypeKind switch
    {
        TypeKind.Class when type.IsStatic => "static ",
        TypeKind.Class when type.IsAbstract => "abstract ",
        TypeKind.Class when type.IsSealed => "sealed ",
        _ => "",
    };

    // What a record or a struct implements because it is one tells nothing.
    private static IEnumerable<INamedTypeSymbol> Bases(INamedTypeSymbol type) =>
        (type is { TypeKind: TypeKind.Class, BaseType.SpecialType: not SpecialType.System_Object } ? [type.BaseType!] : Array.Empty<INamedTypeSymbol>())
            .Concat(type.Interfaces.Where(other => other.Name != "IEquatable").OrderBy(other => other.Name, StringComparer.Ordinal));

    private static string Member(ISymbol member)
    {
        var text = member.ToDisplayString(MemberFormat).Replace("= default(CancellationToken)", "= default", StringComparison.Ordinal);
        return member is IPropertySymbol { IsRequired: true } && !text.Contains("required ", StringComparison.Ordinal)
            ? text.Replace("public ", "public required ", StringComparison.Ordinal)
            : text;
    }
}
