namespace Traversal.Interop.Tests.Programs;

/// <summary>Programs in network namespaces of Linux, which root can make.</summary>
internal static class NetworkNamespace
{
    /// <summary>How long a step of making one may take.</summary>
    public static readonly TimeSpan StepLimit = TimeSpan.FromMinutes(2);

    public static ChildProcess Start(string networkNamespace, string file, params IEnumerable<string> arguments) =>
        ChildProcess.Start(ExternalProgram.Ip, ["netns", "exec", networkNamespace, file, .. arguments]);

    public static ChildProcess StartWithInput(string networkNamespace, string file, params IEnumerable<string> arguments) =>
        ChildProcess.StartWithInput(ExternalProgram.Ip, ["netns", "exec", networkNamespace, file, .. arguments]);

    public static Task<ProgramResult> RunAsync(string networkNamespace, TimeSpan limit, string file, params IEnumerable<string> arguments) =>
        ChildProcess.RunAsync(limit, ExternalProgram.Ip, ["netns", "exec", networkNamespace, file, .. arguments]);

    /// <summary>Skips the test where there can be none.</summary>
    public static void Require() =>
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "network namespaces can be made by root on Linux only");

    /// <summary>Runs commands of <c>ip</c>; skips the test where one does not work.</summary>
    public static async Task MakeAsync(params IEnumerable<string> steps)
    {
        foreach (string step in steps)
        {
            ProgramResult result = await ChildProcess.RunAsync(StepLimit, ExternalProgram.Ip, step.Split(' '));
            Assert.SkipUnless(result.ExitCode == 0, $"network namespaces can't be made here: {result.Transcript}");
        }
    }

    /// <summary>Lets a namespace forward; skips the test where it can't.</summary>
    public static async Task ForwardAsync(string networkNamespace)
    {
        const string Forward = "echo 1 > /proc/sys/net/ipv4/ip_forward && { [ ! -e /proc/sys/net/ipv6 ] || echo 1 > /proc/sys/net/ipv6/conf/all/forwarding; }";
        ProgramResult result = await RunAsync(networkNamespace, StepLimit, "/bin/sh", "-c", Forward);
        Assert.SkipUnless(result.ExitCode == 0, $"a network namespace can't forward here: {result.Transcript}");
    }

    /// <summary>Removes namespaces with all that is in them.</summary>
    public static async Task DeleteAsync(params IEnumerable<string> networkNamespaces)
    {
        foreach (string made in networkNamespaces) await ChildProcess.RunAsync(StepLimit, ExternalProgram.Ip, "netns", "del", made);
    }
}
