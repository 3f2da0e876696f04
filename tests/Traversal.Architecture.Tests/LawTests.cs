using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Traversal.Architecture.Tests;

public sealed partial class LawTests
{
    public static TheoryData<string> SansIOProducts =>
        [.. Repository.Products.Select(project => project.Name).Where(name => ReferenceGraph.SansIO.Contains(name, StringComparer.Ordinal))];

    [Fact]
    public void The_compiler_holds_every_sans_IO_project_to_the_list()
    {
        XElement properties = XDocument.Load(Path.Combine(Repository.Root, "src", "Directory.Build.props")).Root!;
        string[] held = properties.Descendants("SansIOProjects").Single().Value.Split(';', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(ReferenceGraph.SansIO.Order(StringComparer.Ordinal), held.Order(StringComparer.Ordinal));

        XElement list = properties.Descendants("AdditionalFiles").Single();
        Assert.EndsWith("SansIO.BannedSymbols.txt", (string?)list.Attribute("Include"), StringComparison.Ordinal);
        Assert.Contains("SansIOProjects", (string?)list.Parent!.Attribute("Condition"), StringComparison.Ordinal);

        string settings = File.ReadAllText(Path.Combine(Repository.Root, ".editorconfig"));
        Assert.Contains("dotnet_diagnostic.RS0030.severity = error", settings, StringComparison.Ordinal);
    }

    [Fact]
    public void No_product_steps_out_of_the_common_build_rules()
    {
        Assert.Equal(
            ["src/Directory.Build.props"],
            Repository.FilesEndingIn("Directory.Build.props", "Directory.Build.targets", ".editorconfig", ".globalconfig")
                .Where(file => Repository.IsBelow(file, "src")).Select(Repository.RelativePath),
            StringComparer.Ordinal);
        Assert.DoesNotContain(Repository.Products, project => project.Property("NoWarn")?.Contains("RS0030", StringComparison.Ordinal) == true);
        Assert.DoesNotContain(Repository.Products, project => project.Property("TreatWarningsAsErrors") is not null);
        Assert.DoesNotContain(Repository.Products, project => File.ReadAllText(project.FilePath).Contains("AdditionalFiles Remove", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(SansIOProducts))]
    public void A_sans_IO_product_touches_no_socket_thread_file_clock_or_random_source(string name)
    {
        var banned = new BannedSymbols(Path.Combine(Repository.Root, "src", "SansIO.BannedSymbols.txt"));
        using CompiledAssembly assembly = CompiledAssembly.Of(name);
        string[] allowed = name == "Traversal.Primitives" ? ["RandomNumberGenerator"] : [];
        Assert.DoesNotContain(
            assembly.Uses,
            use => banned.Holds(use.Namespace, use.Type, use.Member) && !allowed.Contains(use.Type, StringComparer.Ordinal));
    }

    [Fact]
    public void The_second_reading_of_the_list_finds_what_is_on_it()
    {
        var banned = new BannedSymbols(Path.Combine(Repository.Root, "src", "SansIO.BannedSymbols.txt"));
        Assert.True(banned.Holds("System.Net.Sockets", "Socket", ""));
        Assert.True(banned.Holds("System.Threading", "Thread", "Sleep"));
        Assert.True(banned.Holds("System", "DateTime", "get_UtcNow"));
        Assert.True(banned.Holds("System", "Guid", "NewGuid"));
        Assert.False(banned.Holds("System", "DateTime", "get_Ticks"));
        Assert.False(banned.Holds("System.Net", "IPAddress", "Parse"));

        using CompiledAssembly transport = CompiledAssembly.Of("Traversal.Transport");
        Assert.Contains(transport.Uses, use => banned.Holds(use.Namespace, use.Type, use.Member));
    }

    [Fact]
    public void Only_Transport_is_unsafe()
    {
        Assert.DoesNotContain(
            Repository.Products,
            project => project.Property("AllowUnsafeBlocks") == "true" && !ReferenceGraph.MayBeUnsafe.Contains(project.Name, StringComparer.Ordinal));
        Offences.None(Offences.Lines(
            Repository.FilesEndingIn(".cs").Where(file => Repository.IsBelow(file, "src") && !Repository.IsBelow(file, "src/Traversal.Transport")),
            line => UnsafeCode().IsMatch(line)));
    }

    [Fact]
    public void Nothing_below_Service_and_AspNetCore_knows_ASP_NET()
    {
        IEnumerable<Project> below = Repository.Products.Where(project => !ReferenceGraph.MayUseAspNetCore.Contains(project.Name, StringComparer.Ordinal));
        Assert.All(below, project =>
        {
            Assert.Equal("Microsoft.NET.Sdk", project.Sdk);
            Assert.Empty(project.Items("FrameworkReference"));
            using CompiledAssembly assembly = CompiledAssembly.Of(project.Name);
            Assert.DoesNotContain(assembly.References, used => used.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal));
        });
    }

    [Fact]
    public void Products_do_not_show_each_other_their_internals()
    {
        IEnumerable<string> friends =
            from project in Repository.Products
            from friend in project.Items("InternalsVisibleTo")
            select friend.Split(',')[0];
        Assert.DoesNotContain(friends, friend => Repository.Products.Any(product => product.Name == friend || product.Property("AssemblyName") == friend));
        Offences.None(Offences.Lines(
            Repository.FilesEndingIn(".cs").Where(file => Repository.IsBelow(file, "src")),
            line => line.Contains("InternalsVisibleTo", StringComparison.Ordinal)));
    }

    [GeneratedRegex(@"^(?!\s*//).*\bunsafe\b", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex UnsafeCode();
}
