using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace BudgetFirewall.Redis.Tests;

/// <summary>What an assembly uses of others, and what it defines, read without loading it.</summary>
internal sealed class AssemblyMembers : IDisposable
{
    private readonly PEReader _image;
    private readonly MetadataReader _metadata;

    public AssemblyMembers(string path)
    {
        _image = new(File.OpenRead(path));
        _metadata = _image.GetMetadataReader();
    }

    /// <summary>The members used of types in a namespace of another assembly.</summary>
    public IReadOnlyList<AssemblyMember> Used(string ns) =>
    [
        .. from handle in _metadata.MemberReferences
           let member = _metadata.GetMemberReference(handle)
           where member.Parent.Kind == HandleKind.TypeReference
           let type = _metadata.GetTypeReference((TypeReferenceHandle)member.Parent)
           where _metadata.GetString(type.Namespace) == ns
           select new AssemblyMember(_metadata.GetString(type.Name), _metadata.GetString(member.Name), SignatureText.Of(member)),
    ];

    /// <summary>The methods of types in a namespace of this assembly.</summary>
    public IReadOnlyList<AssemblyMember> Defined(string ns) =>
    [
        .. from typeHandle in _metadata.TypeDefinitions
           let type = _metadata.GetTypeDefinition(typeHandle)
           where _metadata.GetString(type.Namespace) == ns
           from methodHandle in type.GetMethods()
           let method = _metadata.GetMethodDefinition(methodHandle)
           select new AssemblyMember(_metadata.GetString(type.Name), _metadata.GetString(method.Name), SignatureText.Of(method)),
    ];

    public void Dispose() => _image.Dispose();
}
