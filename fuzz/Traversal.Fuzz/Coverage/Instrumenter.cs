using Mono.Cecil;

namespace Traversal.Fuzz;

/// <summary>Rewrites published assemblies in place so that they count the edges they take in <see cref="EdgeMap"/>.</summary>
internal sealed class Instrumenter
{
    /// <summary>The assemblies under test.</summary>
    public static readonly IReadOnlyList<string> Assemblies = ["Traversal.Primitives", "Traversal.Stun", "Traversal.Turn", "Traversal.Ice", "Traversal.Peer", "Traversal.Transport"];

    /// <summary>
    /// Arithmetic over every byte of the input: it would tell afl-fuzz nothing but how long that is, at the price of most of the time.
    /// </summary>
    private static readonly string[] Arithmetic = ["Traversal.Stun.Crc32", "Traversal.Stun.Sha1State", "Traversal.Stun.Sha256State"];

    private readonly List<string> _methods = [];
    private string _method = "";

    private Instrumenter()
    {
    }

    /// <summary>Instruments those of <see cref="Assemblies"/> that a folder has, and writes the list of edges beside them.</summary>
    /// <param name="folder">What was published, the fuzzing program included.</param>
    /// <returns>The number of edges.</returns>
    /// <exception cref="InvalidOperationException">The folder is instrumented already, or has nothing to instrument.</exception>
    public static int Run(string folder)
    {
        string[] files = [.. Assemblies.Select(name => Path.Combine(folder, name + ".dll")).Where(File.Exists)];
        if (files.Length == 0) throw new InvalidOperationException($"There is nothing to instrument in {folder}.");
        if (File.Exists(EdgeList.PathIn(folder))) throw new InvalidOperationException($"{folder} is instrumented already.");

        var instrumenter = new Instrumenter();
        instrumenter._methods.Add("(any run)");
        foreach (string file in files) instrumenter.Rewrite(file);
        EdgeList.Write(folder, instrumenter._methods);
        return instrumenter._methods.Count;
    }

    private void Rewrite(string file)
    {
        using var assembly = AssemblyDefinition.ReadAssembly(file, new ReaderParameters { InMemory = true });
        ModuleDefinition module = assembly.MainModule;
        FieldReference counters = CountersIn(module);
        foreach (MethodDefinition method in module.GetTypes().SelectMany(type => type.Methods).Where(IsUnderTest))
        {
            _method = $"{method.DeclaringType.FullName}::{method.Name}";
            new MethodInstrumenter(method.Body, counters, NextEdge).Run();
        }

        assembly.Write(file);
    }

    // A static constructor runs once in a process and would make every first run look different from the others.
    private static bool IsUnderTest(MethodDefinition method) =>
        method.HasBody && !(method.IsConstructor && method.IsStatic) && !Arithmetic.Contains(method.DeclaringType.FullName) &&
        !method.DeclaringType.Name.StartsWith("<PrivateImplementationDetails>", StringComparison.Ordinal);

    private int NextEdge()
    {
        if (_methods.Count == EdgeMap.Capacity) throw new InvalidOperationException("There are more edges than the map holds.");
        _methods.Add(_method);
        return _methods.Count - 1;
    }

    private static FieldReference CountersIn(ModuleDefinition module)
    {
        System.Reflection.AssemblyName name = typeof(EdgeMap).Assembly.GetName();
        var program = new AssemblyNameReference(name.Name, name.Version);
        module.AssemblyReferences.Add(program);
        var map = new TypeReference(typeof(EdgeMap).Namespace, nameof(EdgeMap), module, program);
        return new FieldReference(nameof(EdgeMap.Counters), new PointerType(module.TypeSystem.Byte), map);
    }
}
