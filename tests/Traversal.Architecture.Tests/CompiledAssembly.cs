using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Traversal.Architecture.Tests;

/// <summary>What a product uses according to its compiled metadata: no attribute, pragma or project setting hides anything from it.</summary>
internal sealed class CompiledAssembly : IDisposable
{
    private readonly PEReader _file;
    private readonly MetadataReader _metadata;

    private CompiledAssembly(string path)
    {
        _file = new PEReader(File.OpenRead(path));
        _metadata = _file.GetMetadataReader();
    }

    public IEnumerable<string> References => _metadata.AssemblyReferences.Select(handle => Text(_metadata.GetAssemblyReference(handle).Name));

    /// <summary>Every member of another assembly that is used, as namespace, type and name; a type that is only named has no member.</summary>
    public IEnumerable<(string Namespace, string Type, string Member)> Uses =>
        _metadata.TypeReferences.Select(handle => Describe(handle, "")).Concat(
            from handle in _metadata.MemberReferences
            let member = _metadata.GetMemberReference(handle)
            where member.Parent.Kind == HandleKind.TypeReference
            select Describe((TypeReferenceHandle)member.Parent, Text(member.Name)));

    public static CompiledAssembly Of(string project) => new(Path.Combine(AppContext.BaseDirectory, project + ".dll"));

    public void Dispose() => _file.Dispose();

    private (string Namespace, string Type, string Member) Describe(TypeReferenceHandle handle, string member)
    {
        TypeReference type = _metadata.GetTypeReference(handle);
        // A nested type counts as the type around it.
        return type.ResolutionScope.Kind == HandleKind.TypeReference
            ? Describe((TypeReferenceHandle)type.ResolutionScope, "")
            : (Text(type.Namespace), Text(type.Name), member);
    }

    private string Text(StringHandle handle) => _metadata.GetString(handle);
}
