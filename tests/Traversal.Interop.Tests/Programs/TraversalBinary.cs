namespace Traversal.Interop.Tests.Programs;

/// <summary>The binary under test, as the build of this configuration left it.</summary>
internal static class TraversalBinary
{
    private static readonly TimeSpan CommandLimit = TimeSpan.FromSeconds(30);

    /// <summary>Runs a command that ends by itself.</summary>
    public static Task<ProgramResult> RunAsync(params IEnumerable<string> arguments) =>
        ChildProcess.RunAsync(CommandLimit, Host, [Assembly, .. arguments]);

    /// <summary>Starts a command that goes on until it is told to end.</summary>
    public static ChildProcess Start(params IEnumerable<string> arguments) => ChildProcess.Start(Host, [Assembly, .. arguments]);

    /// <summary>The same, in a network namespace.</summary>
    public static ChildProcess StartIn(string networkNamespace, params IEnumerable<string> arguments) =>
        NatNetwork.Start(networkNamespace, Host, [Assembly, .. arguments]);

    /// <summary>The same, with more environment variables, as <c>NAME=VALUE</c>.</summary>
    public static ChildProcess StartWith(string[] variables, params IEnumerable<string> arguments) =>
        ChildProcess.Start("/usr/bin/env", [.. variables, Host, Assembly, .. arguments]);

    private static string Host => Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    private static string Assembly
    {
        get
        {
            // This assembly stands in <root>/tests/Traversal.Interop.Tests/bin/<configuration>/<framework>.
            var framework = new DirectoryInfo(AppContext.BaseDirectory);
            DirectoryInfo configuration = framework.Parent!;
            DirectoryInfo? root = configuration;
            while (root is not null && !File.Exists(Path.Combine(root.FullName, "Traversal.sln")))
            {
                root = root.Parent;
            }

            Assert.True(root is not null, $"No Traversal.sln above {framework.FullName}.");
            string path = Path.Combine(root.FullName, "src", "Traversal.Cli", "bin", configuration.Name, framework.Name, "traversal.dll");
            Assert.True(File.Exists(path), $"{path} is not built.");
            return path;
        }
    }
}
