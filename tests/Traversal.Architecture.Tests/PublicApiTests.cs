using System.Reflection;

namespace Traversal.Architecture.Tests;

/// <summary>
/// What a library shows to the world, written down, so that a change of it is seen in review. After a change that is meant:
/// <c>TRAVERSAL_APPROVE=1 dotnet test tests/Traversal.Architecture.Tests</c>.
/// </summary>
public sealed class PublicApiTests
{
    private static readonly bool Approving = Environment.GetEnvironmentVariable("TRAVERSAL_APPROVE") == "1";

    private static string Folder => Path.Combine(Repository.Root, "tests", "Traversal.Architecture.Tests", "PublicApi");

    public static TheoryData<string> Libraries => [.. Repository.Products.Where(project => project.IsLibrary).Select(project => project.Name)];

    [Theory]
    [MemberData(nameof(Libraries))]
    public void The_public_API_is_the_approved_one(string name)
    {
        string actual = PublicApi.Describe(Assembly.Load(new AssemblyName(name)));
        string file = Path.Combine(Folder, name + ".txt");
        if (Approving)
        {
            Directory.CreateDirectory(Folder);
            File.WriteAllText(file, actual);
        }

        Assert.True(File.Exists(file), $"The API of {name} has not been approved: TRAVERSAL_APPROVE=1 dotnet test tests/Traversal.Architecture.Tests");
        Assert.Equal(File.ReadAllText(file), actual, ignoreLineEndingDifferences: true);
    }

    [Fact]
    public void Nothing_is_approved_that_is_no_library() =>
        Assert.Empty(
            from file in Repository.FilesEndingIn(".txt")
            where Path.GetDirectoryName(file) == Folder
            let name = Path.GetFileNameWithoutExtension(file)
            where !Repository.Products.Any(project => project.IsLibrary && project.Name == name)
            select name);
}
