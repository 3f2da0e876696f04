namespace Traversal.Architecture.Tests;

public sealed class ReferenceGraphTests
{
    public static TheoryData<string> Products => [.. Repository.Products.Select(project => project.Name)];

    public static TheoryData<string> Libraries => [.. Repository.Products.Where(project => project.IsLibrary).Select(project => project.Name)];

    [Theory]
    [MemberData(nameof(Products))]
    public void A_product_references_only_what_the_design_allows(string name)
    {
        Assert.True(ReferenceGraph.Knows(name), $"{name} has no row in {nameof(ReferenceGraph)}.");
        Project project = Repository.Products.Single(project => project.Name == name);
        Assert.DoesNotContain(project.References, used => !ReferenceGraph.Allows(name, used));
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void A_library_uses_only_what_the_design_allows(string name)
    {
        using CompiledAssembly assembly = CompiledAssembly.Of(name);
        Assert.DoesNotContain(
            assembly.References,
            used => used.StartsWith("Traversal.", StringComparison.Ordinal) && !ReferenceGraph.Allows(name, used));
    }

    [Fact]
    public void Products_do_not_reference_tests_benchmarks_or_fuzzers() =>
        Offences.None(
            from product in Repository.Products
            from used in product.References
            where Repository.Projects.Any(project => project.Name == used && !project.IsProduct)
            select $"{product} references {used}");

    [Fact]
    public void Ice_does_not_know_Turn_and_protocols_and_Transport_do_not_know_each_other()
    {
        Assert.False(ReferenceGraph.Allows("Traversal.Ice", "Traversal.Turn"));
        Assert.All(ReferenceGraph.SansIO, project => Assert.False(ReferenceGraph.Allows(project, "Traversal.Transport")));
        Assert.All(ReferenceGraph.SansIO, project => Assert.True(project == "Traversal.Primitives" || !ReferenceGraph.Allows("Traversal.Transport", project)));
        Assert.False(ReferenceGraph.Allows("Traversal.Collaboration", "Traversal.Connectivity"));
    }

    [Fact]
    public void The_solution_holds_every_project_on_disk_and_no_other()
    {
        IEnumerable<string> listed = File.ReadLines(Path.Combine(Repository.Root, "Traversal.sln"))
            .Where(line => line.StartsWith("Project(", StringComparison.Ordinal) && line.Contains(".csproj", StringComparison.Ordinal))
            .Select(line => line.Split('"')[5].Replace('\\', '/'));
        Assert.Equal(Repository.Projects.Select(project => Repository.RelativePath(project.FilePath)).Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void No_project_is_empty() =>
        Offences.None(
            from project in Repository.Projects
            let folder = Repository.RelativePath(project.Folder)
            where !Repository.FilesEndingIn(".cs").Any(file => Repository.IsBelow(file, folder))
            select $"{project} has no code");

    [Fact]
    public void Every_library_has_tests() =>
        Assert.DoesNotContain(
            Repository.Products,
            product => product.Property("OutputType") != "Exe" && !Repository.Projects.Any(project => project.Name == product.Name + ".Tests"));

    [Fact]
    public void Every_product_says_what_it_is() =>
        Assert.DoesNotContain(Repository.Products, project => string.IsNullOrWhiteSpace(project.Property("Description")));

    [Fact]
    public void Versions_of_packages_stand_in_one_place() =>
        Assert.DoesNotContain(Repository.Projects, project => project.HasOwnVersions);
}
