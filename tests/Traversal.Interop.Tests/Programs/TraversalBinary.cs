using System.Globalization;

namespace Traversal.Interop.Tests.Programs;

/// <summary>The binary under test, as the build of this configuration left it.</summary>
internal static class TraversalBinary
{
    // A command that asks in vain has sent its last retransmission after 39.5 s (RFC 8489 section 6.2.1), where no ICMP error tells it earlier.
    private static readonly TimeSpan CommandLimit = TimeSpan.FromSeconds(90);

    /// <summary>Runs a command that ends by itself.</summary>
    public static Task<ProgramResult> RunAsync(params IEnumerable<string> arguments) =>
        ChildProcess.RunAsync(CommandLimit, Host, [Assembly, .. arguments]);

    /// <summary>Starts a command that goes on until it is told to end.</summary>
    public static ChildProcess Start(params IEnumerable<string> arguments) => ChildProcess.Start(Host, [Assembly, .. arguments]);

    /// <summary>The same, for one that is told something on standard input.</summary>
    public static ChildProcess StartWithInput(params IEnumerable<string> arguments) => ChildProcess.StartWithInput(Host, [Assembly, .. arguments]);

    /// <summary>The same, in a network namespace.</summary>
    public static ChildProcess StartIn(string networkNamespace, params IEnumerable<string> arguments) =>
        NetworkNamespace.Start(networkNamespace, Host, [Assembly, .. arguments]);

    /// <summary>The same, with an input that stays open.</summary>
    public static ChildProcess StartWithInputIn(string networkNamespace, params IEnumerable<string> arguments) =>
        NetworkNamespace.StartWithInput(networkNamespace, Host, [Assembly, .. arguments]);

    /// <summary>Runs a command in a network namespace to its end.</summary>
    public static Task<ProgramResult> RunInAsync(string networkNamespace, TimeSpan limit, params IEnumerable<string> arguments) =>
        NetworkNamespace.RunAsync(networkNamespace, limit, Host, [Assembly, .. arguments]);

    /// <summary>Starts a command, with more environment variables, as <c>NAME=VALUE</c>.</summary>
    public static ChildProcess StartWith(string[] variables, params IEnumerable<string> arguments) =>
        ChildProcess.Start("/usr/bin/env", [.. variables, Host, Assembly, .. arguments]);

    /// <summary>The same, with so many descriptors and no more; a shell of Unix sees to that.</summary>
    public static ChildProcess StartWithDescriptors(int limit, params IEnumerable<string> arguments) => ChildProcess.Start(
        "/bin/sh", ["-c", string.Create(CultureInfo.InvariantCulture, $"ulimit -n {limit} && exec \"$0\" \"$@\""), Host, Assembly, .. arguments]);

    /// <summary>What a shell runs, to be followed by arguments.</summary>
    public static string CommandLine => $"{Host} {Assembly}";

    /// <summary>The program that runs assemblies.</summary>
    public static string Host => Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    /// <summary>What the build of this configuration made of a project in this folder of the repository.</summary>
    public static string Built(string folder, string project, string file)
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
        string path = Path.Combine(root.FullName, folder, project, "bin", configuration.Name, framework.Name, file);
        Assert.True(File.Exists(path), $"{path} is not built.");
        return path;
    }

    private static string Assembly => Built("src", "Traversal.Cli", "traversal.dll");
}
