using System.Collections.Immutable;
using System.Reflection.Metadata;

namespace BudgetFirewall.Redis.Tests;

/// <summary>Signatures as text, the same whichever assembly they are read from.</summary>
internal sealed class SignatureText : ISignatureTypeProvider<string, object?>
{
    private static readonly SignatureText Instance = new();

    public static string Of(MemberReference member) => Of(member.DecodeMethodSignature(Instance, null));

    public static string Of(MethodDefinition method) => Of(method.DecodeSignature(Instance, null));

    public string GetPrimitiveType(PrimitiveTypeCode typeCode) => typeCode.ToString();

    public string GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind)
    {
        var type = reader.GetTypeDefinition(handle);
        return Name(reader, type.Namespace, type.Name, rawTypeKind);
    }

    public string GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind)
    {
        var type = reader.GetTypeReference(handle);
        return Name(reader, type.Namespace, type.Name, rawTypeKind);
    }

    public string GetTypeFromSpecification(MetadataReader reader, object? genericContext, TypeSpecificationHandle handle, byte rawTypeKind) =>
        reader.GetTypeSpecification(handle).DecodeSignature(this, genericContext);

    public string GetGenericInstantiation(string genericType, ImmutableArray<string> typeArguments) => $"{genericType}<{string.Join(", ", typeArguments)}>";

    public string GetGenericMethodParameter(object? genericContext, int index) => $"!!{index}";

    public string GetGenericTypeParameter(object? genericContext, int index) => $"!{index}";

    public string GetSZArrayType(string elementType) => elementType + "[]";

    public string GetArrayType(string elementType, ArrayShape shape) => $"{elementType}[{shape.Rank}]";

    public string GetByReferenceType(string elementType) => elementType + "&";

    public string GetPointerType(string elementType) => elementType + "*";

    public string GetPinnedType(string elementType) => elementType;

    // What only compilers look at, as the mark of init accessors, is part of a signature all the same.
    public string GetModifiedType(string modifier, string unmodifiedType, bool isRequired) => isRequired ? $"{unmodifiedType} {modifier}" : unmodifiedType;

    public string GetFunctionPointerType(MethodSignature<string> signature) => Of(signature);

    private static string Of(MethodSignature<string> signature) =>
        $"{(signature.Header.IsInstance ? "" : "static ")}{signature.ReturnType} ({string.Join(", ", signature.ParameterTypes)})";

    private static string Name(MetadataReader reader, StringHandle ns, StringHandle name, byte rawTypeKind) =>
        $"{(rawTypeKind == (byte)SignatureTypeKind.ValueType ? "struct " : "")}{reader.GetString(ns)}.{reader.GetString(name)}";
}
