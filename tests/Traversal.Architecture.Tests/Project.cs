using System.Xml.Linq;

namespace Traversal.Architecture.Tests;

/// <summary>A project file as it is written: no imports are followed.</summary>
internal sealed class Project(string path)
{
    private readonly XElement _root = XDocument.Load(path).Root!;

    public string Name { get; } = Path.GetFileNameWithoutExtension(path);

    public string FilePath { get; } = path;

    public string Folder { get; } = Path.GetDirectoryName(path)!;

    public string Sdk => (string?)_root.Attribute("Sdk") ?? "";

    public bool IsProduct => Repository.IsBelow(FilePath, "src");

    public bool IsLibrary => IsProduct && Property("OutputType") != "Exe";

    /// <summary>The names of the projects that it references itself.</summary>
    public IEnumerable<string> References => Items("ProjectReference").Select(Path.GetFileNameWithoutExtension)!;

    public bool HasOwnVersions => _root.Descendants("PackageReference").Any(package => package.Attribute("Version") is not null);

    public string? Property(string name) => _root.Descendants(name).LastOrDefault()?.Value;

    public IEnumerable<string> Items(string type) =>
        _root.Descendants(type).Select(item => ((string?)item.Attribute("Include"))?.Replace('\\', '/')).OfType<string>();

    public override string ToString() => Name;
}
